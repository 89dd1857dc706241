package swarm

import "time"

// dripEvery is how often a dripping socket sends a byte.
const dripEvery = 200 * time.Millisecond

// drip is a hostile client: it sends what it has to send a byte at a time, and
// begins again when it is cut off.
type drip struct {
	swarm   *Swarm
	conn    *conn
	head    []byte // sent whole, once connected
	bytes   []byte // dripped
	at      int
	talking bool // the head has been answered, or there is none
}

// DripHeaders opens n connections whose request header never ends.
func (s *Swarm) DripHeaders(n int) {
	for range n {
		s.addDrip(&drip{swarm: s, bytes: []byte("GET / HTTP/1.1\r\nHost: " + s.address + "\r\nX-Long: " + s.padding)})
	}
}

// DripMessages opens a socket for each person whose first message never ends.
func (s *Swarm) DripMessages(cookies []string) {
	v := &Veche{Cookies: cookies}
	for i := range cookies {
		path, header := v.request(&Socket{swarm: s, Index: i})
		s.addDrip(&drip{swarm: s, head: handshake(path, s.address, header), bytes: appendFrame(nil, opText, []byte(s.padding), true)})
	}
}

func (s *Swarm) addDrip(d *drip) {
	s.drips = append(s.drips, d)
	d.dial()
}

// StopDripping ends all that drips.
func (s *Swarm) StopDripping() {
	for _, d := range s.drips {
		if d.conn != nil {
			d.conn.cut()
		}
	}
	s.drips = nil
}

// Dripping is how many drips have a connection on which they can send.
func (s *Swarm) Dripping() (n int) {
	for _, d := range s.drips {
		if d.talking {
			n++
		}
	}
	return n
}

func (d *drip) dial() {
	c, err := d.swarm.loop.dial(d.swarm.to, d, 0)
	if err != nil {
		d.swarm.fault("dripping: %v", err)
		return
	}
	d.conn, d.at, d.talking = c, 0, false
}

func (d *drip) opened(c *conn) {
	if d.talking = d.head == nil; !d.talking {
		c.write(d.head)
	}
}

func (d *drip) received(_ *conn, b []byte) (int, error) {
	d.talking = true
	return len(b), nil
}

func (d *drip) closed(*conn, error) {
	d.conn, d.talking = nil, false
	d.swarm.after(minBackoff, func() {
		if d.conn == nil && d.swarm.drips != nil {
			d.dial()
		}
	})
}

// drip sends the next byte of each.
func (s *Swarm) drip(now time.Time) {
	if len(s.drips) == 0 || now.Sub(s.dripped) < dripEvery {
		return
	}
	s.dripped = now
	for _, d := range s.drips {
		if d.talking && d.at < len(d.bytes) {
			d.at++
			d.conn.write(d.bytes[d.at-1 : d.at])
		}
	}
}
