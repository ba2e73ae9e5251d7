namespace AICodeManager.Bench.Pipeline;

/// <summary>What a server did under one kind of load, and what it spent on a request.</summary>
internal sealed class ServerFigures
{
    public Rounds PerSecond { get; } = new();

    /// <summary>Microseconds of processor time.</summary>
    public Rounds Micros { get; } = new();

    public Rounds Bytes { get; } = new();

    public long Requests { get; private set; }

    /// <summary>Puts one kind of load on a server and adds what came of it.</summary>
    public async Task MeasureAsync(ChildServer server, Func<Task<Wrk.Result>> load, CancellationToken cancel)
    {
        var before = await server.SpentAsync(cancel);
        var result = await load();
        var after = await server.SpentAsync(cancel);
        PerSecond.Add(result.PerSecond);
        Micros.Add((after.Processor - before.Processor).TotalMicroseconds / result.Requests);
        Bytes.Add((double)(after.Bytes - before.Bytes) / result.Requests);
        Requests += result.Requests;
    }
}
