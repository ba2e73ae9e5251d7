using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>The members of one set with the time each was seen, in Unix milliseconds.</summary>
internal sealed class MemberWindow
{
    private readonly Dictionary<string, long> seen = [];

    /// <summary>When the last of them leaves the window.</summary>
    public long Over { get; private set; }

    public bool IsOver(long now) => seen.Count == 0 || now >= Over;

    public void Answer(CountMembers count, long now)
    {
        var window = (long)count.Window.TotalMilliseconds;
        foreach (var (member, at) in seen)
        {
            if (at <= now - window)
                seen.Remove(member);
        }

        count.Known = seen.ContainsKey(count.Member);
        if (count.Change == MemberChange.Add)
        {
            seen[count.Member] = now;
            Over = Math.Max(Over, now + window);
            while (seen.Count > count.Most)
                seen.Remove(seen.MinBy(s => s.Value).Key);
        }
        else if (count.Change == MemberChange.Remove)
        {
            seen.Remove(count.Member);
        }

        count.Count = seen.Count;
    }
}
