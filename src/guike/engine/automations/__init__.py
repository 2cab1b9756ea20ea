"""When … if … then … without code (PLT-13). Story and API in README.md."""
