"""Long work cut into blocks: who does them, how large they are, and the folder that keeps what is done."""
