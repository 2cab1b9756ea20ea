"""What the administrator sees of the running service: backups and drills, health, metrics, logs (PLT-11)."""
