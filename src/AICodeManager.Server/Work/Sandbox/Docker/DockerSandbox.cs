using System.Net;

namespace AICodeManager.Server.Work.Sandbox.Docker;

/// <summary>One container, from its start (or from when it was taken up again) to its removal.</summary>
internal sealed class DockerSandbox : ISandbox
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(2);

    private readonly DockerConnection docker;
    private readonly TimeProvider time;
    private readonly string id;
    private readonly DockerHijack? attached;
    private readonly CancellationTokenSource drain = new();
    private readonly CancellationTokenSource stop = new();
    private readonly DockerOutput frames;
    private readonly Task pump;
    private readonly Task<SandboxExit> exit;
    private int ours = -1;
    private int gone;

    /// <param name="attached">Open for input, and for output too unless <paramref name="log"/> is given; null when it has ended.</param>
    /// <param name="log">For a durable sandbox.</param>
    public DockerSandbox(
        DockerConnection docker, TimeProvider time, string name, string id, DockerHijack? attached,
        HttpResponseMessage wait, DockerLog? log)
    {
        (this.docker, this.time, this.id, this.attached, Name) = (docker, time, id, attached, name);
        frames = new DockerOutput(drain.Token);
        frames.SkipOutput(log?.OutputOffset ?? 0);
        Input = attached is null ? Stream.Null : new DockerInput(attached);
        (Output, Error) = (frames.Output, frames.Error);
        exit = WatchAsync(wait);
        pump = PumpAsync(log);
    }

    public string Name { get; }

    public Stream Input { get; }

    public Stream Output { get; }

    public Stream Error { get; }

    public Task<SandboxExit> WaitAsync(CancellationToken cancel) => exit.WaitAsync(cancel);

    public Task KillAsync() => KillAsync(SandboxEnd.Killed);

    public async Task DetachAsync()
    {
        if (Interlocked.Exchange(ref gone, 1) == 0)
            await LetGoAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref gone, 1) != 0)
            return;
        Interlocked.CompareExchange(ref ours, (int)SandboxEnd.Killed, -1);
        try
        {
            await RemoveAsync(docker, id, CancellationToken.None);
        }
        catch (SandboxException)
        {
            // An engine that is away now still has its label: whoever cleans up after it comes back finds it.
        }

        await LetGoAsync();
    }

    /// <summary>Removes a container whatever its state; nothing happens when it is gone.</summary>
    public static async Task RemoveAsync(DockerConnection docker, string id, CancellationToken cancel)
    {
        try
        {
            await docker.CallAsync(HttpMethod.Delete, $"containers/{id}?force=true&v=true", null, TimeSpan.FromSeconds(10), cancel);
        }
        catch (SandboxException refusal) when (refusal.Answer is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // 409: another removal of it is under way.
        }
    }

    private async Task KillAsync(SandboxEnd why)
    {
        if (exit.IsCompleted)
            return;
        Interlocked.CompareExchange(ref ours, (int)why, -1);
        await drain.CancelAsync();
        using var limit = new Deadline(KillLimit, time, CancellationToken.None);
        try
        {
            await docker.CallAsync(HttpMethod.Post, $"containers/{id}/kill?signal=SIGKILL", null, KillLimit, limit.Token);
        }
        catch (SandboxException refusal) when (refusal.Answer is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // It has ended or is gone already.
        }
        catch (OperationCanceledException fault)
        {
            throw DockerError.Away(fault);
        }

        try
        {
            await exit.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException fault)
        {
            throw new SandboxException("engine_unavailable", "The Docker engine did not end the sandbox within 2 s.", fault);
        }
    }

    private async Task LetGoAsync()
    {
        await drain.CancelAsync();
        await stop.CancelAsync();
        attached?.Dispose();
        await pump;
        await exit;
        drain.Dispose();
        stop.Dispose();
    }

    private async Task<SandboxExit> WatchAsync(HttpResponseMessage wait)
    {
        try
        {
            var ended = await new DockerWatch(docker, id, time).RunAsync(wait, stop.Token);
            return Judge(ended);
        }
        catch (OperationCanceledException)
        {
            return Judge(new SandboxExit(137, SandboxEnd.EngineLost));
        }
        finally
        {
            wait.Dispose();
        }
    }

    // What this process did decides, unless the command was quicker (another code) or the kernel was.
    private SandboxExit Judge(SandboxExit ended) => Volatile.Read(ref ours) switch
    {
        >= 0 and var why when ended.Cause != SandboxEnd.OutOfMemory && ended.ExitCode == 137 => new SandboxExit(137, (SandboxEnd)why),
        _ => ended,
    };

    private async Task PumpAsync(DockerLog? log)
    {
        try
        {
            if (log is null)
                await CopyAttachedAsync();
            else
                await CopyLogAsync(log);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or InvalidDataException or HttpRequestException or ObjectDisposedException or SandboxException)
        {
            // The readers see the end of the output; how the sandbox ended is told by the watch.
        }
        finally
        {
            frames.Complete();
        }
    }

    private async Task CopyAttachedAsync()
    {
        if (attached is not null)
            await frames.CopyAsync(attached.Stream, fromLog: false, null, stop.Token);
    }

    // An engine that is restarted, or turns its log over, ends the stream early: go on where it broke off.
    private async Task CopyLogAsync(DockerLog log)
    {
        var logs = log.Body;
        for (var tries = 0; ; tries++)
        {
            try
            {
                using (logs)
                    await frames.CopyAsync(await logs.Content.ReadAsStreamAsync(stop.Token), fromLog: true, read => Bound(read, log.KeptBytes), stop.Token);
            }
            catch (Exception fault) when (tries < 5 && DockerError.IsAway(fault, stop.Token))
            {
                // Looked after below.
            }

            if (tries >= 5 || await EndedSoonAsync())
                return;
            logs = await docker.OpenAsync(HttpMethod.Get, LogsOf(id), stop.Token);
        }
    }

    /// <summary>The address of a container's whole log, followed to its end.</summary>
    public static string LogsOf(string id) => $"containers/{id}/logs?follow=1&stdout=1&stderr=1&timestamps=1";

    private async Task<bool> EndedSoonAsync()
    {
        var pause = Task.Delay(TimeSpan.FromSeconds(1), time, stop.Token);
        return await Task.WhenAny(exit, pause) == exit;
    }

    private void Bound(long logBytes, long kept)
    {
        // The engine keeps two files: stop well before the first one is thrown away.
        if (logBytes > kept && !drain.IsCancellationRequested)
            _ = EndForOutputAsync();
    }

    private async Task EndForOutputAsync()
    {
        try
        {
            await KillAsync(SandboxEnd.OutputFull);
        }
        catch (SandboxException)
        {
            // The engine is away: the watch says so.
        }
    }
}

/// <summary>A durable sandbox's output as its engine keeps it.</summary>
/// <param name="Body">Answer that gives the log from its beginning and follows it.</param>
/// <param name="OutputOffset">Bytes of standard output that an earlier reader has.</param>
/// <param name="KeptBytes">How much of it the engine keeps.</param>
internal sealed record DockerLog(HttpResponseMessage Body, long OutputOffset, long KeptBytes);
