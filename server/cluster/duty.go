package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"veche/server/store"
)

// Among nodes the end of a lease is no time but a number that grows: a duty lasts
// until it is given back or its node is gone.
const dutySpan = time.Hour

var noTime = time.UnixMilli(1)

// Take makes this node the only one that does what goes by a name, until release
// or its end; ok is false while another does it. Who has it already takes it
// again.
func (n *Node) Take(ctx context.Context, name string) (release func(), ok bool, err error) {
	if !n.Holds() {
		return nil, false, nil
	}
	lease := "duty/" + name
	epoch, err := n.leases.Claim(ctx, lease, n.id, dutySpan, noTime)
	var held *store.HeldError
	if errors.As(err, &held) && n.Gone(held.Owner) {
		epoch, err = n.leases.Claim(ctx, lease, n.id, dutySpan, held.Until.Add(time.Millisecond))
	}
	if errors.Is(err, store.ErrHeld) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("cluster: taking %s: %w", name, err)
	}
	return func() {
		if err := n.leases.Release(context.WithoutCancel(ctx), lease, n.id, epoch); err != nil && !errors.Is(err, store.ErrLost) {
			n.options.Log.Warn("a duty was not given back: it is once this server ends", "duty", name, "error", err)
		}
	}, true, nil
}
