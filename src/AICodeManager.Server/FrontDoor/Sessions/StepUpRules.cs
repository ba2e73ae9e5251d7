namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>An endpoint that asks for a fresh proof, whatever the risk (RFC 9470).</summary>
public sealed record ProofRule(ProofLevel Level);

/// <summary>An endpoint that works while a step-up is demanded: the step-up itself, and leaving.</summary>
public sealed record StepUpExempt;

/// <summary>An endpoint about the request's own session: a signature alone, which has none, does not reach it.</summary>
public sealed record SessionRule;

/// <summary>The words with which rooms state them.</summary>
public static class StepUpRules
{
    public static TBuilder NeedsProof<TBuilder>(this TBuilder endpoint, ProofLevel level) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ProofRule(level));

    public static TBuilder AllowedDuringStepUp<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new StepUpExempt());

    public static TBuilder NeedsSession<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new SessionRule());
}
