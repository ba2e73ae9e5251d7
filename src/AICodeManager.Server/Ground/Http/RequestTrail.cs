namespace AICodeManager.Server.Ground.Http;

/// <summary>The layers a request has passed. A forgotten layer becomes a fault at the last gate, never an open door.</summary>
public sealed class RequestTrail
{
    // An array, for every request has one: there are fewer layers than a hash would pay for.
    private readonly string?[] marks = new string?[16];
    private int count;

    public static RequestTrail Of(HttpContext context)
    {
        if (context.Features.Get<RequestTrail>() is not { } trail)
        {
            context.Features.Set(trail = new RequestTrail());
        }

        return trail;
    }

    public void Mark(string layer) => marks[count++] = layer;

    public bool Has(string layer) => marks.AsSpan(0, count).Contains(layer);
}

/// <summary>Stands right before the endpoints and lets pass only what every required layer has marked.</summary>
public sealed class TrailGate(RequestDelegate next, IReadOnlyList<string> required)
{
    public Task InvokeAsync(HttpContext context) =>
        FirstMissing(RequestTrail.Of(context)) is { } missing
            ? throw new InvalidOperationException($"The request did not pass the layer '{missing}'.")
            : next(context);

    private string? FirstMissing(RequestTrail trail)
    {
        for (var i = 0; i < required.Count; i++)
        {
            if (!trail.Has(required[i]))
            {
                return required[i];
            }
        }

        return null;
    }
}
