using AICodeManager.Server.FrontDoor.Identity;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Admission;

/// <summary>The one exchange with stored state for a request: is the session behind this credential alive, and whose is it.</summary>
public sealed class AdmissionLayer(RequestDelegate next, SessionStore sessions, RefusalFunnel funnel)
{
    public const string Mark = "admission";

    public async Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        if (Credential.Of(context) is { } credential)
        {
            if (await sessions.FindAsync(credential.TokenHash, context.RequestAborted) is not { } caller)
            {
                await funnel.AnswerAsync(context, Refusals.Unauthenticated(
                    "token_invalid", "The token is unknown, expired or signed out."));
                return;
            }

            context.Features.Set(caller);
        }

        await next(context);
    }
}
