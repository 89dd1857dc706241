//go:build !race

package tally_test

const raced = false
