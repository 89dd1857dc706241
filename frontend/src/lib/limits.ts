/** Lengths that the server takes, in characters. */
export const longestRemark = 2000;
export const longestIdea = 4000;
export const longestAnswer = 5000; // to a question
