using AICodeManager.Server.CommandLine;

return await ServerCommands.RunAsync(args);
