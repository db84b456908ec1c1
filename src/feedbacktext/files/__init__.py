"""Tables in, tables out, as people have them."""
