//go:build race

package tally_test

const raced = true
