namespace AICodeManager.Server.Ground.Http;

/// <summary>The layers a request has passed. A forgotten layer becomes a fault at the last gate, never an open door.</summary>
public sealed class RequestTrail
{
    private readonly HashSet<string> marks = new(StringComparer.Ordinal);

    public static RequestTrail Of(HttpContext context)
    {
        if (context.Features.Get<RequestTrail>() is not { } trail)
        {
            context.Features.Set(trail = new RequestTrail());
        }

        return trail;
    }

    public void Mark(string layer) => marks.Add(layer);

    public IEnumerable<string> Missing(IEnumerable<string> required) => required.Where(r => !marks.Contains(r));
}

/// <summary>Stands right before the endpoints and lets pass only what every required layer has marked.</summary>
public sealed class TrailGate(RequestDelegate next, IReadOnlyList<string> required)
{
    public Task InvokeAsync(HttpContext context) =>
        RequestTrail.Of(context).Missing(required).ToArray() is { Length: > 0 } missing
            ? throw new InvalidOperationException($"The request did not pass: {string.Join(", ", missing)}.")
            : next(context);
}
