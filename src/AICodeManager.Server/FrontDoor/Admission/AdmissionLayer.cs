using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Admission;

/// <summary>
/// The one exchange with the shared state for a request: what each layer asks goes out together, and each judges its own
/// answer. One round trip to Redis, none when the state is embedded.
/// </summary>
public sealed class AdmissionLayer(RequestDelegate next, ICoordination coordination, SessionGate sessions, RefusalFunnel funnel)
{
    public const string Mark = "admission";

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        return Credential.Of(context) is { } credential ? AdmitAsync(context, credential) : next(context);
    }

    private async Task AdmitAsync(HttpContext context, Credential credential)
    {
        var asked = sessions.Ask(credential);
        try
        {
            await coordination.ExchangeAsync(asked.Questions, context.RequestAborted);
        }
        catch (CoordinationUnavailableException) when (MayRead(context) && sessions.TryAdmitFromMemory(context, asked))
        {
            await next(context);
            return;
        }
        catch (CoordinationUnavailableException) when (MayEnterAnonymously(context, credential))
        {
            await next(context);
            return;
        }

        var refusal = await sessions.JudgeAsync(context, asked, context.RequestAborted);
        if (refusal is not null && !MayEnterAnonymously(context, credential))
        {
            await funnel.AnswerAsync(context, refusal);
            return;
        }

        await next(context);
    }

    /// <summary>Spec, when Redis is down: only reading goes on, and none of an administrator's routes.</summary>
    private static bool MayRead(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && !context.Request.Path.StartsWithSegments("/api/v1/admin");

    /// <summary>
    /// A browser sends its cookie along until it is told to forget it: with a session that is over it must still be able
    /// to sign in. A token that is over was sent on purpose, and is refused everywhere.
    /// </summary>
    private static bool MayEnterAnonymously(HttpContext context, Credential credential) =>
        credential.Cookie is not null && context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is { Permission: null };
}
