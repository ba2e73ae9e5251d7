using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Access;

/// <summary>Denies what nothing allows: an endpoint that states no rule is a fault, a rule that is not met a refusal.</summary>
public sealed class AccessLayer(RequestDelegate next, AccessDecisions decisions, RefusalFunnel funnel)
{
    public const string Mark = "access";

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        var endpoint = context.GetEndpoint();
        if (endpoint is null)
        {
            return funnel.AnswerAsync(context, Refusals.NotFound("no such route"));
        }

        if (endpoint is not RouteEndpoint)
        {
            // The router's own answer (405, 415): it serves nothing.
            return next(context);
        }

        var rule = endpoint.Metadata.GetMetadata<AccessRule>()
            ?? throw new InvalidOperationException($"The endpoint {endpoint.DisplayName} states no access rule.");
        if (rule.Permission is null)
        {
            return next(context);
        }

        if (Caller.Of(context) is not { } caller)
        {
            return funnel.AnswerAsync(context, Refusals.Unauthenticated(
                "authentication_required", "Sign in first."));
        }

        if (rule.Permission.Length > 0)
        {
            if (decisions.Decide(caller.Role, rule) is not { } grant)
            {
                return funnel.AnswerAsync(context, AccessDecisions.Denied(caller.Role, rule));
            }

            context.Features.Set(grant);
        }

        return next(context);
    }
}
