"""Side-by-side benchmarks: `./dev bench [NAME]`, explained in docs/performance.md."""
