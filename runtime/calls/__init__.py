"""How one side reaches another: a request goes in, a reply comes out."""
