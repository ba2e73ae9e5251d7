using AICodeManager.Server.FrontDoor.Attacks.Blocks;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks;

/// <summary>
/// Turns blocked networks and floods away before anything is computed or asked for them: no cryptography, no shared store,
/// no database. Stands right behind the edge, which has settled whose request it is.
/// </summary>
/// <remarks>
/// Who is only kept from signing in goes on with a session, or a token that lives; and a device token goes on to the
/// sign-in itself, which alone can tell whether it is one. So does, now and then, a body that may hold one.
/// </remarks>
public sealed class GuardLayer(RequestDelegate next, BlockList blocks, FloodGate flood, RefusalFunnel funnel, TimeProvider time)
{
    public const string Mark = "guard";

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        var network = ClientNetwork.Of(context);
        return blocks.Find(network, BlockScope.All) is { } all ? RefuseAsync(context, all)
            : SignInPaths.Of(context.Request) is var path and not SignInPath.None && blocks.Find(network, BlockScope.SignIn) is { } block
                ? JudgeAsync(context, block, path)
            : flood.Refuse(network) is { } flooded ? funnel.AnswerAsync(context, flooded)
            : next(context);
    }

    private Task JudgeAsync(HttpContext context, Block block, SignInPath path) =>
        path == SignInPath.TakesDevice && block.TakeLook(time.GetUtcNow()) ? next(context) : RefuseAsync(context, block);

    private Task RefuseAsync(HttpContext context, Block block)
    {
        var now = time.GetUtcNow();
        var (wait, told) = (block.Until - now, block.TakeTelling(now));
        return funnel.AnswerAsync(
            context, block.Scope == BlockScope.All ? BlockRefusals.Blocked(wait, told) : BlockRefusals.SignInBlocked(wait, told));
    }
}
