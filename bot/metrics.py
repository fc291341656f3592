"""What is counted and timed while the bot works, for Prometheus; names follow its conventions, units are seconds."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()  #: of this process
FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  #: what people wait for
SLOW = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)  #: what is done in the background

UPDATES = Counter("sitrep_updates_total", "Updates from Telegram, by kind.", ["kind"], registry=REGISTRY)
UPDATE_SECONDS = Histogram(
    "sitrep_update_seconds",
    "From an update's arrival until it is answered, its turn among those of its chat included.",
    buckets=FAST,
    registry=REGISTRY,
)
OUTBOX_MESSAGES = Gauge("sitrep_outbox_messages", "Messages in the outbox, by state.", ["state"], registry=REGISTRY)
OUTBOX_AGE = Gauge(
    "sitrep_outbox_oldest_seconds", "Age of the oldest message that is neither sent nor given up.", registry=REGISTRY
)
OUTCOMES = Counter(
    "sitrep_delivery_outcomes_total", "What Telegram made of pushed messages, by class.", ["outcome"], registry=REGISTRY
)
FLOOD_WAITS = Counter("sitrep_flood_waits_total", "Answers 429.", registry=REGISTRY)
FLOOD_SECONDS = Counter("sitrep_flood_wait_seconds_total", "Seconds that answers 429 asked to wait.", registry=REGISTRY)
ARTICLES = Counter(
    "sitrep_articles_total", "Articles handed in, by what became of them.", ["result"], registry=REGISTRY
)
TO_READ = Gauge(
    "sitrep_articles_to_read",
    "Articles that wait for any process of a shared store to read them, by how far that is.",
    ["state"],
    registry=REGISTRY,
)
TO_LOOK_AT = Gauge(
    "sitrep_sources_to_look_at",
    "Looks at sources that wait for any process of a shared store to do them, by how far that is.",
    ["state"],
    registry=REGISTRY,
)
READING_SECONDS = Histogram(
    "sitrep_article_reading_seconds", "One article, from its text to its report.", buckets=SLOW, registry=REGISTRY
)
DIGEST_SECONDS = Histogram(
    "sitrep_digest_seconds", "Bringing a story's digest up to date with new reports.", buckets=SLOW, registry=REGISTRY
)
COMMIT_SECONDS = Histogram(
    "sitrep_store_commit_seconds", "Making a batch of steps lasting.", buckets=FAST, registry=REGISTRY
)
ALERTS = Counter("sitrep_alerts_total", "Alerts that a story gave rise to, by kind.", ["kind"], registry=REGISTRY)
LIVE_SECONDS = Gauge(
    "sitrep_last_sign_of_life_seconds", "Since a part of the bot last gave one.", ["part"], registry=REGISTRY
)


def exposition() -> bytes:
    """Everything in Prometheus' text format."""
    return generate_latest(REGISTRY)
