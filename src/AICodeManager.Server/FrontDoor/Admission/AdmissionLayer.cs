using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Admission.RateLimits;
using AICodeManager.Server.FrontDoor.ClientKeys.Signed;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Admission;

/// <summary>
/// The one exchange with the shared state for a request: what each layer asks goes out together, and each judges its own
/// answer. One round trip to Redis, none when the state is embedded.
/// </summary>
public sealed class AdmissionLayer(
    RequestDelegate next, ICoordination coordination, RateLimitGate limits, SessionGate sessions, KeyGate keys, RefusalFunnel funnel)
{
    public const string Mark = "admission";

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        var credential = Credential.Of(context);
        var proof = SignedProof.Of(context);
        var limited = limits.Ask(context, proof?.Known.Row.UserId ?? credential?.UserId);
        return proof is not null ? AdmitSignedAsync(context, proof, credential, limited)
            : credential is not null ? AdmitAsync(context, credential, limited)
            : limited is not null ? AdmitAnonymousAsync(context, limited)
            : next(context);
    }

    private async Task AdmitAnonymousAsync(HttpContext context, RateLimitGate.Asked limited)
    {
        Refusal? refusal;
        try
        {
            await coordination.ExchangeAsync([limited.Question], context.RequestAborted);
            refusal = limits.Judge(context, limited);
        }
        catch (CoordinationUnavailableException)
        {
            refusal = limits.JudgeAlone(context, limited);
        }

        await (refusal is null ? next(context) : funnel.AnswerAsync(context, refusal));
        if (refusal is null && CausedByOthers.IsSaid(context))
            await limits.ForgiveAsync(limited, coordination, context.RequestAborted);
    }

    private async Task AdmitAsync(HttpContext context, Credential credential, RateLimitGate.Asked? limited)
    {
        var asked = sessions.Ask(credential);
        Refusal? refusal;
        try
        {
            await coordination.ExchangeAsync(limited is null ? asked.Questions : [limited.Question, .. asked.Questions], context.RequestAborted);
            refusal = limited is null ? null : limits.Judge(context, limited);
        }
        catch (CoordinationUnavailableException)
            when ((MayRead(context) && sessions.TryAdmitFromMemory(context, asked)) || MayEnterAnonymously(context, credential))
        {
            refusal = limited is null ? null : limits.JudgeAlone(context, limited);
            await (refusal is null ? next(context) : funnel.AnswerAsync(context, refusal));
            return;
        }

        if (refusal is null
            && await sessions.JudgeAsync(context, asked, context.RequestAborted) is { } over && !MayEnterAnonymously(context, credential))
        {
            refusal = over;
        }

        await (refusal is null ? next(context) : funnel.AnswerAsync(context, refusal));
    }

    // The key is judged first after the limits: it stands for itself, and what the session says is said beside it. Nothing
    // is let through from memory here: a nonce that could not be claimed may have been used (spec B5).
    private async Task AdmitSignedAsync(HttpContext context, SignedProof proof, Credential? credential, RateLimitGate.Asked? limited)
    {
        var session = credential is null ? null : sessions.Ask(credential);
        var key = KeyGate.Ask(proof, context, session?.Standing);
        try
        {
            Question[] questions = session is null ? [key.Standing, key.Nonce] : [.. session.Questions, key.Nonce];
            await coordination.ExchangeAsync(limited is null ? questions : [limited.Question, .. questions], context.RequestAborted);
            if ((limited is null ? null : limits.Judge(context, limited)) is { } tooMany)
            {
                await funnel.AnswerAsync(context, tooMany);
                return;
            }

            if (await keys.JudgeAsync(context, key, context.RequestAborted) is { } refused)
            {
                await funnel.AnswerAsync(context, refused);
                return;
            }

            var alone = Caller.Of(context)!;
            if (session is not null)
            {
                // A cookie that is over adds nothing; a token that is over was sent on purpose.
                if (await sessions.JudgeAsync(context, session, context.RequestAborted) is { } over && credential!.Cookie is null)
                {
                    await funnel.AnswerAsync(context, over);
                    return;
                }

                context.Features.Set(alone with { SessionId = CurrentSession.Of(context)?.Session.Id });
            }
        }
        catch (CoordinationUnavailableException)
        {
            await funnel.AnswerAsync(context, SignatureRefusals.StoreUnavailable());
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
