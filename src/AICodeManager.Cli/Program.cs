using AICodeManager.Cli;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first Ctrl-C ends the command in order; a second one ends the process.
    pressed.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};
return await CliApplication.RunAsync(args, CliSurroundings.OfThisProcess(), stop.Token);
