// Package subject answers the people whom data is about: what is held of them,
// in one file; taking back their consent; and the erasure of everything, with a
// certificate. It also destroys what has been kept long enough.
//
// # Design
//
// Erasing somebody is four steps, each of which may be repeated: the register of
// erasures beside the keys names them; in every topic their texts and answers are
// destroyed and their application ends, by commands like all others, so that the
// log says so and still verifies; the sealed rows that lead to them are deleted;
// their key is destroyed. After a crash, or where a backup was restored, the
// register makes the next start do again whatever is not done ([Desk.Again]).
//
// What people wrote goes or stays as they choose. A text that stays keeps the
// number that its author had, behind which nobody stands any more. Ballots stay
// in either case: nothing joins them to anybody once the key is gone.
//
// The words by which a clustering was described may repeat a text that was
// erased later. Such results are replaced by themselves without those words, or
// deleted where no board shows them any more ([Desk.ForgetWords]); bundles leave
// them out by themselves.
package subject
