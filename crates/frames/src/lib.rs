//! Tables in and out as Parquet, the one place that knows polars.
