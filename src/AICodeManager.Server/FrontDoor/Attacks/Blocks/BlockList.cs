using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks.Blocks;

/// <summary>What a block keeps a network from.</summary>
public enum BlockScope
{
    SignIn,
    All,
}

/// <summary>Replaced when the blocks land.</summary>
public sealed class BlockList
{
    public Task BlockAsync(ClientNetwork network, BlockScope scope, string reason, TimeSpan duration, RequestOrigin origin, CancellationToken cancel) => Task.CompletedTask;
}
