"""Facts told to other programs as they happen: signed, in order, tried again, under the rights of who subscribed (PLT-07)."""
