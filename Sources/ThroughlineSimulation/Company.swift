/// A simulated company: its name, its site, and the vocabulary of its customers.
struct Company: Sendable {
    /// The first part of its customers' identifiers.
    let name: String
    /// What it calls itself in page titles and mails.
    let title: String
    let purposes: [PurposeTemplate]
    let routine: PurposeTemplate

    init(name: String, title: String, purposes: [PurposeTemplate], routine: PurposeTemplate) {
        precondition(purposes.count < 255, "a plan keeps the number of a template in one byte")
        self.name = name
        self.title = title
        self.purposes = purposes
        self.routine = routine
    }

    /// The purposes and, behind them, the routine.
    var templates: [PurposeTemplate] { purposes + [routine] }

    static let all: [Company] = [bank, telco, shop, fitnessClub]
}
