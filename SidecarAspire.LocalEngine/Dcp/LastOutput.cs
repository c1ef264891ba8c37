namespace Aspire.Hosting.Dcp;

/// <summary>The last lines that a program printed, and the last that the orchestrator said about it: what a failure is explained with.</summary>
internal sealed class LastOutput
{
    private const int Capacity = 5;
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private string? _system;

    /// <summary>The program's last lines.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The orchestrator's last words; null if it said nothing.</summary>
    public string? System
    {
        get
        {
            lock (_lock)
            {
                return _system;
            }
        }
    }

    public void Add(string line, bool isSystem)
    {
        lock (_lock)
        {
            if (isSystem)
            {
                _system = line;
            }
            else if (line.Length > 0)
            {
                if (_lines.Count == Capacity)
                {
                    _lines.Dequeue();
                }

                _lines.Enqueue(line);
            }
        }
    }
}
