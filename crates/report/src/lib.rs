//! Evaluations to judgement, and judgement to text, pictures and tables.
