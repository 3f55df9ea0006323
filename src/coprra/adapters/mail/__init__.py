"""Mail as it is sent: by SMTP, or into a folder."""
