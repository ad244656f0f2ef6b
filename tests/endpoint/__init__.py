"""The endpoint, from outside: a real socket, real certificate chains, real signatures."""
