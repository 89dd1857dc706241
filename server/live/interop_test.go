package live_test

import (
	"os/exec"
	"strings"
	"testing"

	"veche/server/live"
)

// interop is a client by another hand, the websocket of Node's own library: it
// joins, speaks, pads a message so that it is deflated or comes in several
// frames, and closes.
const interop = `
const [address, topic] = process.argv.slice(1)
const ws = new WebSocket('ws://' + address + '/live', { protocols: ['veche.v1'], headers: { cookie: 'who=p1', origin: 'http://' + address } })
const id = '00000000-0000-4000-8000-000000000001'
let padded = false, beat = false, heard = false
ws.onopen = () => {
  console.log('open', ws.protocol, ws.extensions !== '' ? 'deflate' : 'plain')
  ws.send(JSON.stringify({ t: 'join', topic, rooms: [] }))
}
ws.onmessage = (e) => {
  for (const m of JSON.parse(e.data)) {
    if (m.t === 'joined') ws.send(JSON.stringify({ t: 'say', id, room: 0, text: 'Привет', reply_to: 0 }))
    if (m.t === 'ack' && m.id === id) {
      console.log('ack')
      padded = true
      ws.send('{"t":"ping"}' + ' '.repeat(30000))
    }
    if (m.t === 'events') for (const x of m.events) if (x.text) {
      console.log('heard', x.text)
      heard = true
    }
    if (m.t === 'beat' && padded) beat = true
  }
  if (beat && heard) {
    beat = false
    ws.close(1000)
  }
}
ws.onclose = (e) => console.log('close', e.code)
ws.onerror = (e) => console.log('error', e.message)
`

func TestAnotherImplementationIsServed(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	if out, err := exec.Command(node, "--experimental-websocket", "-p", "typeof WebSocket").CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != "function" {
		t.Skipf("this node has no websocket: %s", out)
	}
	w := newTown(t, 2, live.Options{})
	out, err := exec.Command(node, "--experimental-websocket", "-e", interop, w.address, topicID).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{"open veche.v1", "ack", "heard Привет", "close 1000"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}
