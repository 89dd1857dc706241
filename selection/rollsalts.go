package selection

// NewSaltedRoll is [NewRoll] with a salt of each person's own, in the order of
// the pool, such as one that is destroyed together with their row: then nothing
// that is kept lets anyone guess a row that was erased.
func NewSaltedRoll(pool *Pool, salts [][16]byte) (*Roll, error) {
	r, err := newRoll(pool, func(i int) [16]byte { return salts[i] })
	if err == nil {
		r.alone = true
	}
	return r, err
}
