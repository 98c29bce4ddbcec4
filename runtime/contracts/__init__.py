"""What the contracts say: read, compared with the code, and made into models and clients."""
