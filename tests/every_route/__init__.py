"""The URL map walked whole: signed out, in the wrong role, in the wrong company, and by readers."""
