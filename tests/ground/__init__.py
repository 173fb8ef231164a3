"""What tests stand on: databases that roll back, two shops, a live server, a clock that is given."""
