// Package config gathers an installation's settings into one struct:
// defaults, then a TOML file, then the environment, then flags, each over the
// one before.
//
// It must never read a setting that it does not know, correct a wrong one in
// silence, or open what a setting names: it only says whether the settings
// make sense.
//
// # Design
//
// A setting has one name everywhere: limits.remarks_burst in the file is
// VECHE_LIMITS_REMARKS_BURST in the environment. Each value remembers where it
// came from, since "listen is wrong" helps nobody whose file and unit file
// both set it. The types of the defaults are the types of the settings: a
// word where a number belongs is refused where it stands, with the name of
// its source. A key in the file that is no setting is refused, too, with the
// nearest that is one: a limit that somebody believes to be set is worse than
// a server that does not start. Other variables that begin with VECHE_ are
// only remarked on, as they may belong to scripts and tests.
//
// The data directory is data_dir and not data, so that its variable cannot be
// taken for the one that names test data.
package config
