using System.Text.Json.Nodes;

namespace AICodeManager.Server.Work.Sandbox.Docker;

/// <summary>Learns how a container ends; an engine that goes away, breaks off or freezes is noticed within a minute.</summary>
internal sealed class DockerWatch(DockerConnection docker, string id, TimeProvider time)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private const int Tries = 5;

    /// <param name="wait">The open answer of <c>wait</c>, registered before the container started.</param>
    public async Task<SandboxExit> RunAsync(HttpResponseMessage wait, CancellationToken stop)
    {
        for (var tries = 0; ;)
        {
            await UntilAnsweredAsync(wait, stop);
            wait.Dispose();

            // Whatever ended the waiting, only the engine's record tells how the container ended.
            for (; ; tries++)
            {
                var state = await StateAsync(stop);
                if (state is { Ended: { } ended })
                    return ended;
                if (tries >= Tries)
                    return new SandboxExit(-1, SandboxEnd.EngineLost);
                await Task.Delay(BetweenTries, time, stop);
                if (state is not null)
                    break;
            }

            tries++;
            try
            {
                wait = await docker.OpenAsync(HttpMethod.Post, $"containers/{id}/wait?condition=not-running", stop);
            }
            catch (SandboxException)
            {
                // The record is asked again; the tries above bound this.
            }
        }
    }

    private async Task UntilAnsweredAsync(HttpResponseMessage wait, CancellationToken stop)
    {
        try
        {
            var answer = wait.Content.ReadAsStringAsync(stop);
            for (var missed = 0; missed < 2;)
            {
                if (await Task.WhenAny(answer, Task.Delay(Beat, time, stop)) == answer)
                {
                    await answer;
                    return;
                }

                stop.ThrowIfCancellationRequested();
                missed = await AnswersAsync(stop) ? 0 : missed + 1;
            }
        }
        catch (Exception fault) when (DockerError.IsAway(fault, stop) || fault is ObjectDisposedException)
        {
            // Broken off: the caller asks for the record.
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken stop)
    {
        try
        {
            await docker.NegotiateAsync(stop);
            return true;
        }
        catch (SandboxException)
        {
            return false;
        }
    }

    /// <summary>Null when the engine does not answer.</summary>
    private async Task<DockerState?> StateAsync(CancellationToken stop)
    {
        try
        {
            var record = await docker.CallAsync(HttpMethod.Get, $"containers/{id}/json", null, TimeSpan.FromSeconds(5), stop);
            return DockerState.Of(record?["State"]);
        }
        catch (SandboxException refusal) when (refusal.Answer == System.Net.HttpStatusCode.NotFound)
        {
            // Removed by someone: force ends it with SIGKILL.
            return new DockerState(new SandboxExit(137, SandboxEnd.EngineLost));
        }
        catch (SandboxException)
        {
            return null;
        }
    }
}

/// <summary>What the engine records about a container.</summary>
/// <param name="Ended">Null while it runs.</param>
internal sealed record DockerState(SandboxExit? Ended)
{
    public static DockerState Of(JsonNode? state)
    {
        if ((bool?)state?["Running"] ?? false)
            return new DockerState((SandboxExit?)null);
        var code = (int?)state?["ExitCode"] ?? -1;

        // Set also where only a child was killed for memory: the command itself ended for it only if it died of SIGKILL.
        var memory = ((bool?)state?["OOMKilled"] ?? false) && code == 137;
        return new DockerState(new SandboxExit(code, memory ? SandboxEnd.OutOfMemory : SandboxEnd.Exited));
    }
}
