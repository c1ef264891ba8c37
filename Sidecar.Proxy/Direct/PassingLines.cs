using System.Runtime.CompilerServices;

namespace Sidecar.Proxy.Direct;

/// <summary>Which lines of a head go on as they are. Neighbours are one block, so that a head is copied in a few pieces.</summary>
internal struct PassingLines
{
    /// <summary>How many blocks there can be.</summary>
    public const int Most = 8;

    private Starts _starts;
    private Ends _ends;

    /// <summary>How many blocks there are.</summary>
    public int Count { get; private set; }

    /// <summary>A block.</summary>
    /// <param name="index">Which one.</param>
    public readonly Range this[int index] => _starts[index].._ends[index];

    /// <summary>Forgets all lines.</summary>
    public void Clear() => Count = 0;

    /// <summary>Has a line go on.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="end">Where the next one begins.</param>
    /// <returns>Whether there was room for it.</returns>
    public bool TryAdd(int start, int end)
    {
        if (Count > 0 && _ends[Count - 1] == start)
        {
            _ends[Count - 1] = end;
            return true;
        }

        if (Count == Most)
            return false;
        (_starts[Count], _ends[Count]) = (start, end);
        Count++;
        return true;
    }

    [InlineArray(Most)]
    private struct Starts
    {
        private int _first;
    }

    [InlineArray(Most)]
    private struct Ends
    {
        private int _first;
    }
}
