// What may be relied on, by part, with the tests that hold each promise: server/trust_test.go finds every one of them.
// Words: trust.{en,ru}.ts.

export const promises = {
  lottery: {
    before: ['TestALyingServerIsFound', 'TestCommitmentComesBeforeItsBeacon'],
    again: ['TestAuditorRunsEverythingAgain', 'TestPublicBundleProvesWhatItSays', 'verify.txtar'],
    chance: ['TestReceipts', 'e2e/verify.test.mjs'],
    once: ['TestOnePersonIsOne', 'TestAssuranceOfATopic'],
  },
  record: {
    changed: ['TestEveryRecordIsHeld', 'TestAnyChangedByteIsFound', 'TestTamperingIsFound'],
    back: ['TestWitnessFindsARecordSetBack'],
    receipt: ['e2e/verify.test.mjs', 'TestVectorsOfTheVerifyPage'],
    counted: ['TestPublicBundleProvesWhatItSays', 'TestSameBytes'],
    moderators: ['TestMachine', 'TestCurationHoldsInAnyNumberOfClusters', 'TestAppeals'],
  },
  privacy: {
    apart: ['TestNoVoteIsToldAlone', 'TestPublicBundleKeepsSilent'],
    small: ['TestSuppressedCountsCantBeWorkedOut', 'TestNoSmallCellIsTold'],
    erased: ['TestErasure', 'TestRestoredDataForgetsAgain'],
    two: ['TestDisclosureTakesTwoPeople', 'e2e/identities.test.mjs'],
    told: ['TestNothingPersonalIsTold'],
    retention: ['TestRetention', 'TestConsentIsTakenBack'],
  },
  doors: {
    roles: ['TestPolicyHoldsEverywhere', 'TestRouteWithoutPolicy', 'TestDutiesAreSeparate'],
    guesses: ['TestGuesses', 'TestAskingTellsNothing'],
    staff: ['TestStaffNeedTheSecondStep', 'TestNoDefaultAccount'],
    ended: ['TestSigningOutClosesSockets'],
    hostile: ['e2e/xss.test.mjs', 'TestEveryParserIsFuzzed'],
  },
  faults: {
    killed: ['TestKill', 'TestDrill'],
    disk: ['TestFullDisk', 'TestReadOnlyDisk', 'TestDamagedPage'],
  },
} as const;

/** What is not promised, and what somebody could try. */
export const outside = ['mail', 'device', 'keys', 'server', 'sold', 'away'] as const;
export const threats = ['organiser', 'moderator', 'insider', 'copy', 'outsider', 'crowd', 'fault'] as const;
