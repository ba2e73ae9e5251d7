using System.Text;

namespace AICodeManager.Server.Ground.Http;

/// <summary>Gathers every fault of an input before it is refused, so that a client sees them all at once.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> errors = [];

    public bool Any => errors.Count > 0;

    public void Add(string field, string problem)
    {
        if (!errors.TryGetValue(field, out var list))
        {
            errors[field] = list = [];
        }

        list.Add(problem);
    }

    /// <summary>A name for people: 1 to <paramref name="max"/> characters, no control characters, no blanks around it.</summary>
    public void Name(string field, string? value, int max = 100)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > max || value != value.Trim() || value.Any(char.IsControl))
        {
            Add(field, $"must be 1 to {max} characters without control characters or blanks around them");
        }
    }

    /// <summary>Text of 1 to <paramref name="maxBytes"/> bytes of UTF-8.</summary>
    public void Text(string field, string? value, int maxBytes)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            Add(field, "must not be empty");
        }
        else if (Encoding.UTF8.GetByteCount(value) is var bytes && bytes > maxBytes)
        {
            Add(field, $"is {bytes} bytes of UTF-8; at most {maxBytes} are accepted");
        }
        else if (value.Contains('\0', StringComparison.Ordinal))
        {
            Add(field, "must not contain the NUL character");
        }
    }

    public void OneOf(string field, string? value, params ReadOnlySpan<string> accepted)
    {
        if (value is null || !accepted.Contains(value))
        {
            Add(field, $"must be one of: {string.Join(", ", accepted.ToArray())}");
        }
    }

    public Refusal ToRefusal() =>
        Refusals.InvalidInput(errors.ToDictionary(e => e.Key, e => e.Value.ToArray()));
}
