// Package storetest is the conformance suite of package store. Every store
// passes it whole: what the suite does not demand, callers must not rely on.
//
// It needs no clock (leases are given their time), makes all names itself and
// assumes nothing of what else is kept in the same place.
package storetest
