# What a developer types; every recipe is one command.

# Everything that a change must pass
ci:
    .ci/run

# Make the committed files that are made from others
regenerate:
    cargo run -- schema > scenarios/scenario.schema.json
    cargo run -- report scenarios/deploy.toml
    cargo run -- report scenarios/market_symbols.toml
    cargo run -- report scenarios/memory_aware_warmup.toml
    cargo run -- report scenarios/origin_protected_service.toml
    cargo run -- report scenarios/session_restart.toml
    cargo run -- report scenarios/starter.toml
    cargo run -- report scenarios/weatherops_product.toml
    cargo run -- check scenarios/starter.toml -o ci/baseline.json

# Hold the formulas against simulation anew; takes minutes
validate:
    cargo run --release -- validate --scenarios 60 -o reports/validation.md -o reports/validation.svg -o reports/validation.png

# Accept changed snapshots, after reading them
accept:
    INSTA_UPDATE=always cargo test

# Timings, and the ratios to NumPy and to libCacheSim
bench:
    cargo bench
    python3 benches/against_numpy.py
    python3 benches/against_libcachesim.py
    python3 benches/sweep_against_numpy.py

# Search anew for what would make the reference systems' claims hold; takes minutes
audit:
    cargo run --release -- check scenarios/weatherops_product.toml scenarios/origin_protected_service.toml scenarios/session_restart.toml scenarios/market_symbols.toml scenarios/memory_aware_warmup.toml --suggest --claims reports/claims.md
