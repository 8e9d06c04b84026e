/// A signal of any of the forests, which a person would call by the name of its family.
package protocol ForestSignal: RawRepresentable, CaseIterable where RawValue == Int {
    var family: SignalFamily { get }
}

extension Signal: ForestSignal {}
extension RepairSignal: ForestSignal {}
extension PairSignal: ForestSignal {}
