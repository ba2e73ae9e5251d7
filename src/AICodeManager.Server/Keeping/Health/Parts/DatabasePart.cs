using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Health.Parts;

/// <summary>The database answers.</summary>
internal sealed class DatabasePart(Database database) : IHealthPart
{
    public string Name => "database";

    public bool Optional => false;

    public async Task<PartHealth> AskAsync(CancellationToken cancel) =>
        await database.PingAsync(cancel) ? PartHealth.Ok : PartHealth.Failed("no answer");
}
