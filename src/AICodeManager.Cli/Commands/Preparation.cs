using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Commands;

/// <summary>Waits while the server clones or unpacks a new project.</summary>
internal sealed class Preparation(Invocation call)
{
    private static readonly TimeSpan BetweenNotices = TimeSpan.FromSeconds(10);

    /// <summary>The project once it is no longer <c>preparing</c>.</summary>
    /// <exception cref="CliFailure">It is still preparing after <see cref="Patience.Preparing"/>.</exception>
    public async Task<Reply<Project>> WaitAsync(Reply<Project> made, CancellationToken cancellationToken)
    {
        var (clock, patience) = (call.Surroundings.Clock, call.Surroundings.Patience);
        var began = clock.GetTimestamp();
        var pause = patience.FirstLook;
        var told = -BetweenNotices;
        while (made.Value.State is "preparing")
        {
            var passed = clock.GetElapsedTime(began);
            if (passed > patience.Preparing)
                throw new CliFailure(
                    ExitCode.Failed,
                    $"Project {made.Value.Id} is still being prepared after {passed.TotalSeconds:0} seconds; look again with: aicli project show {made.Value.Id}");
            if (passed - told >= BetweenNotices)
            {
                call.Reporter.Notice($"Preparing project {made.Value.Id} … {passed.TotalSeconds:0} s");
                told = passed;
            }

            await Task.Delay(pause, clock, cancellationToken);
            pause = pause * 1.5 < patience.LongestLook ? pause * 1.5 : patience.LongestLook;
            made = await call.Projects.GetAsync(made.Value.Id, cancellationToken);
        }

        return made;
    }
}
