using System.Collections.Concurrent;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Telemetry;

namespace AICodeManager.Server.FrontDoor.Access;

/// <summary>
/// What a role may do, judged once and kept for <c>rbac.cache.ttl</c>, at most <c>rbac.cache.size</c> judgements. What
/// is kept depends on configuration alone, which does not change while the server runs; whose role it is, and who
/// belongs to a workspace, is never kept here (docs/access.md). Thread-safe; a kept decision costs no allocation.
/// </summary>
public sealed class AccessDecisions(Settings settings, TimeProvider time, CacheMetrics? caches = null) : IClearable
{
    private readonly ConcurrentDictionary<Question, Answer> kept = new();
    private readonly Lock filling = new();
    private readonly HitCount? lookups = caches?.Of("access");

    /// <summary>What the role is let through with; null where it lacks the permission, or where there is no such role.</summary>
    /// <param name="rule">One that asks for a permission.</param>
    public Grant? Decide(string role, AccessRule rule)
    {
        var question = new Question(role, rule.Permission!);
        var hit = kept.TryGetValue(question, out var answer) && time.GetElapsedTime(answer.At) < settings.Rbac.CacheTtl;
        lookups?.Count(hit);
        if (!hit)
        {
            answer = Judge(question);
        }

        return Grant.Of(answer.Reach, rule.Least);
    }

    /// <summary>How many judgements are kept now.</summary>
    public int Count => kept.Count;

    /// <summary>The refusal of what <see cref="Decide"/> does not grant.</summary>
    public static Refusal Denied(string role, AccessRule rule) =>
        new(403, "permission_denied", "Your role does not allow this.") { Detail = $"The role '{role}' lacks {rule.Permission}." };

    public void Clear()
    {
        lock (filling)
        {
            kept.Clear();
        }
    }

    private Answer Judge(Question question)
    {
        var reach = settings.Rbac.Roles.TryGetValue(question.Role, out var role) ? Permission.Judge(role.Permissions, question.Needed) : Reach.None;
        var answer = new Answer(reach, time.GetTimestamp());
        lock (filling)
        {
            // Judging anew is cheap: an order of use would cost more than it saves.
            if (kept.Count >= settings.Rbac.CacheSize && !kept.ContainsKey(question))
            {
                kept.Clear();
            }

            kept[question] = answer;
        }

        return answer;
    }

    private readonly record struct Question(string Role, string Needed);

    private readonly record struct Answer(Reach Reach, long At);
}
