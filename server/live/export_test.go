package live

// Slow counts the sockets that were given up because they did not read.
func (h *Hub) Slow() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	n := 0
	for s := range h.sockets {
		if s.out.isSlow() {
			n++
		}
	}
	return n
}

// Rows are so small that most tests have several of them.
func init() { rowSize = 3 }
