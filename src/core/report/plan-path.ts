/** Where a pull request's whole plan is, below the bot's public address. By the repository's id: its name can be given to another one. */
export const planPath = (repositoryId: number, pullRequest: number): string => `/plans/${repositoryId}/${pullRequest}`;
